"""The floor: the least Django pages that do the same work on the same tables. Session, user, one template each.

No permission, no history, no forms of ours, no parts of pages put together. What SVIT costs is told beside them, and
beside Django's own admin list.
"""
