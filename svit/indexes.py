"""Indexes that are made and dropped while people work, and those that find words.

A plain CREATE INDEX lets nobody write to the table until it is done; on PostgreSQL these are made CONCURRENTLY, so the
migration that holds them says `atomic = False`. One that was interrupted leaves an index that is not valid; the next
run makes it anew.
"""

from django.db import migrations
from django.db.migrations.operations.base import Operation

from svit.engines import is_postgres


class AddIndex(migrations.AddIndex):
    """An index that nobody who writes has to wait for."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if not is_postgres():
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _forget_invalid(schema_editor, self.index.name)
            if not _is_there(schema_editor, self.index.name):  # of a run that was cut short behind it
                schema_editor.add_index(model, self.index, concurrently=True)
        return None


class DropIndexes(Operation):
    """Columns of a model by which nothing is looked for, and whose index only cost every write."""

    reversible = True

    def __init__(self, model_name, fields):
        self.model_name, self.fields = model_name, fields

    def state_forwards(self, app_label, state):
        for name in self.fields:
            field = state.models[app_label, self.model_name].fields[name].clone()
            field.db_index = False
            state.alter_field(app_label, self.model_name, name, field, preserve_default=True)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        columns = [[model._meta.get_field(name).column] for name in self.fields]
        with schema_editor.connection.cursor() as cursor:
            found = schema_editor.connection.introspection.get_constraints(cursor, model._meta.db_table)
        at_once = " CONCURRENTLY" if is_postgres() else ""
        for name, about in found.items():
            if about["index"] and not about["unique"] and about["columns"] in columns:
                schema_editor.execute(f'DROP INDEX{at_once} IF EXISTS "{name}"')

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        for name in self.fields:
            for statement in schema_editor._field_indexes_sql(model, model._meta.get_field(name)):
                schema_editor.execute(statement)

    def describe(self):
        return f"Drop indexes of {self.model_name}"

    @property
    def migration_name_fragment(self):
        return f"drop_indexes_of_{self.model_name}"


class AddWordIndex(Operation):
    """Finds a part of a word in text columns of a table, as `engines.matching` asks for it. PostgreSQL alone.

    Three signs at a time (pg_trgm, which the owner of a database may add). SQLite reads the rows, of which one borough
    on one machine has few.
    """

    reversible = True

    def __init__(self, table, name, columns, condition=""):
        self.table, self.name, self.columns, self.condition = table, name, columns, condition

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if not is_postgres():
            return
        words = ", ".join(f"(UPPER({column}::text)) gin_trgm_ops" for column in self.columns)
        only = f" WHERE {self.condition}" if self.condition else ""
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        _forget_invalid(schema_editor, self.name)
        schema_editor.execute(
            f"CREATE INDEX CONCURRENTLY {self.name} ON {self.table} USING gin ({words}){only}"
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if is_postgres():
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {self.name}")

    def describe(self):
        return f"Find words in {self.table}"

    @property
    def migration_name_fragment(self):
        return self.name


def _is_there(schema_editor, name):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{name}"'])
        return cursor.fetchone()[0]


def _forget_invalid(schema_editor, name):
    """Drop what an interrupted run left behind under this name."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [f'"{name}"']
        )
        if cursor.fetchone():
            cursor.execute(f'DROP INDEX CONCURRENTLY "{name}"')
