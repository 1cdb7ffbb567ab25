"""A link as the components take one: made in a template, where the address is known."""

from django import template

register = template.Library()


@register.simple_tag
def make_link(text, url, kind=""):
    """`{% make_link "Add person" url as action %}` gives {text, url, kind}."""
    return {"text": text, "url": url, "kind": kind}
