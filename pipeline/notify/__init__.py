"""Tells people: by e-mail and webhook, as far as they are configured. What is told holds no clinic value."""

from pipeline.notify.changes import tell_changes
from pipeline.notify.failures import failed_quarter, failed_task, refused_batch
from pipeline.notify.message import Message
from pipeline.notify.sending import addresses, channels, owners, send
from pipeline.notify.telling import after_refusal, after_run

__all__ = [
    "Message",
    "addresses",
    "after_refusal",
    "after_run",
    "channels",
    "failed_quarter",
    "failed_task",
    "owners",
    "refused_batch",
    "send",
    "tell_changes",
]
