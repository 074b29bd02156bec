"""The daily job in steps: collect, split into statements, classify, publish; and what one can ask of its store."""
