"""Gets bytes and proves them: FDA downloads and folders -> HOME/raw, hashed, written once; zips read block by block."""
