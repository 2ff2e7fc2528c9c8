"""Optional dictionaries that a user holds a licence for: RxNorm, MedDRA, WHODrug or the ATC index. None is shipped."""

from transforms.dictionaries.files import fingerprint, version
from transforms.dictionaries.meddra import Hierarchy, read_meddra
from transforms.dictionaries.rxnorm import read_rxnorm
from transforms.dictionaries.whodrug import read_whodrug

__all__ = ["Hierarchy", "fingerprint", "read_meddra", "read_rxnorm", "read_whodrug", "version"]
