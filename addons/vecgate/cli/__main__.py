"""python -m vecgate.cli: the same as the command `vecgate`."""

import sys

from vecgate.cli import main

if __name__ == "__main__":
    sys.exit(main())
