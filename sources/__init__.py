"""Gets bytes and proves them: FDA downloads and folders -> HOME/raw, hashed, written once; zips read block by block."""

from sources.archive import Archive, ArchiveLimits, inspect_archive
from sources.faers_files import FDA_EXPORTS, file_name
from sources.folder import FolderContents, find_in_folder, folders_with_zips
from sources.landing import land
from sources.member import open_member, read_blocks
from sources.published import probe_quarters
from sources.receipt import Receipt, current_receipts, receipts
from sources.web import Network

__all__ = [
    "FDA_EXPORTS",
    "Archive",
    "ArchiveLimits",
    "FolderContents",
    "Network",
    "Receipt",
    "current_receipts",
    "file_name",
    "find_in_folder",
    "folders_with_zips",
    "inspect_archive",
    "land",
    "open_member",
    "probe_quarters",
    "read_blocks",
    "receipts",
]
