"""A million responses at a time: read in parts, scored by the one path, kept part by part.

    source ─► parts ─► blocks of cells ─► Answers ─► risk_models.batch ─► rows ─► one file
              (a part is what one worker does; a block is what it holds at once)

`table.py` makes answers of cells. `csv_source.py`, `parquet_source.py` and
`folder_source.py` read one kind of source each. `scoring.py` does one part, be it in
a process here (`local.py`) or on a cluster (`cluster.py`). `run.py` keeps what is done.
"""
