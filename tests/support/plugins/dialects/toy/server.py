"""With which versions of the toy was its dialect tested?"""

from typing import Final

from vecgate.dialects.base.versions import Tested

TESTED: Final = Tested((), unasked="a toy has no versions")
