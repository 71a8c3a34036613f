"""What the answers mean.

Answers give facts (signs, controls, exposures), facts give findings, findings
and numbers give a residual risk. Each stage can be shown and disputed without
touching the others. The rules are versioned data under `library/`; the code
knows no database, no web and no clock: whoever calls says which day it is.
"""
