"""From a cell of a mart to the cases that it counts, and from a case to its lines in FDA's files."""

from warehouse.trace.case import CaseLines, find_case
from warehouse.trace.cells import Part, TracedCell, trace_cell
from warehouse.trace.listing import list_cases
from warehouse.trace.raw_lines import read_lines

__all__ = ["CaseLines", "Part", "TracedCell", "find_case", "list_cases", "read_lines", "trace_cell"]
