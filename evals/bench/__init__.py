"""`citewell bench`: speed beside a plain LangChain + Chroma chain and the floor, in one run (docs/bench.md)."""
