"""What is asked and what was answered.

A `Questionnaire` has sections of questions; a `Response` holds the answers of one
site for one period. Conditions are data; they decide which questions are asked,
and other packages read answers through the same conditions.

Nothing here knows what an answer means for risk: no weight, no strength and no
wanted answer can leak to a respondent from this package.
"""
