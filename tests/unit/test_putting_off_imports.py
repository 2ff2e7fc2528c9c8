"""Great Expectations comes without what no rule uses, and what was put off is whole when it is asked for."""

from __future__ import annotations

import subprocess
import sys
import threading

from expectations.loading import _put_off

_CODE = """
import sys
from expectations.loading import load
load()
names = ("altair.vegalite", "boto3.session", "scipy.stats._continuous_distns")
loaded = [name for name in names if name in sys.modules]
assert not loaded, loaded
import altair
from scipy import stats
assert altair.Chart.__name__ == "Chart" and stats.norm.cdf(0) == 0.5
"""


def test_great_expectations_comes_without_charts_and_stores():
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_module_is_executed_once_when_something_of_it_is_asked_for(tmp_path, monkeypatch):
    (tmp_path / "put_off_for_a_test.py").write_text(
        "import time\nRUNS = globals().get('RUNS', 0) + 1\ntime.sleep(0.05)\nimport put_off_for_a_test\nVALUE = RUNS\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    _put_off("put_off_for_a_test")
    import put_off_for_a_test as module

    assert "RUNS" not in vars(module)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(module.VALUE)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [1, 1, 1, 1]
    assert not hasattr(module, "nothing")
    monkeypatch.delitem(sys.modules, "put_off_for_a_test")
