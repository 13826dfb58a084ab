"""`python -m zoning.cli`, the same as `zoning`."""

from zoning.cli import main

if __name__ == "__main__":
    main()
