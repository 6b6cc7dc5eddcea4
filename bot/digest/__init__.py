"""The weekly digest: collect → charts → render → mail."""
