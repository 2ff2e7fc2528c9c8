"""Disclosure control: small counts are left out of what leaves the house, and cannot be computed back."""

from transforms.disclosure.attack import View, ranges
from transforms.disclosure.suppression import small, suppress
from transforms.disclosure.totals import Total

__all__ = ["Total", "View", "ranges", "small", "suppress"]
