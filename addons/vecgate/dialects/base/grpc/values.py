"""How is JSON said in protobuf (`Value`, `Struct`)? As google.protobuf's, or with whole numbers of their own."""

from typing import Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.base.grpc.trees import Trees, Unsayable, Way, number
from vecgate.domain.call import Json

_I64: Final = range(-(2**63), 2**63)
#: Up to here each whole number is one as a fraction, too.
_EXACT: Final = 2.0**53


class Values:
    """The two ways of a package. `whole`: the field of whole numbers; empty: there are fractions only, in `fraction`."""

    def __init__(self, whole: str, fraction: str) -> None:
        self._whole, self._fraction = whole, fraction
        self.value = Way(self._said, self._put)
        self.struct = Way(self._members, self._put_members)

    def _said(self, trees: Trees, message: Message) -> Json:
        if text := message.string_value:  # the most are texts, and to ask which kind one is takes longer
            return text  # type: ignore[no-any-return]
        kind = message.WhichOneof("kind")
        if kind == "string_value":
            return ""
        if kind == "list_value":
            return [self._said(trees, one) for one in message.list_value.values]
        if kind == "struct_value":
            return self._members(trees, message.struct_value)
        if kind is None or kind == "null_value":
            return None
        found: Json = getattr(message, kind)
        return self._number(found) if isinstance(found, float) else found

    def _members(self, trees: Trees, message: Message) -> Json:
        fields, said = message.fields, self._said
        return {key: said(trees, fields[key]) for key in fields}

    def _number(self, value: float) -> Json:
        """Where there are fractions only, a whole one as JSON writes it: without a fraction, unless it is minus zero."""
        whole = not self._whole and value.is_integer() and abs(value) < _EXACT and str(value) != "-0.0"
        return int(value) if whole else number(value)

    def _put(self, trees: Trees, value: Json, message: Message) -> None:
        if isinstance(value, str):
            message.string_value = value
        elif isinstance(value, bool):
            message.bool_value = value
        elif isinstance(value, int | float):
            whole = self._whole and isinstance(value, int) and value in _I64
            setattr(message, self._whole if whole else self._fraction, value)
        elif value is None:
            message.null_value = 0
        elif isinstance(value, list):
            message.list_value.SetInParent()
            for one in value:
                self._put(trees, one, message.list_value.values.add())
        else:
            message.struct_value.SetInParent()
            self._put_members(trees, value, message.struct_value)

    def _put_members(self, trees: Trees, value: Json, message: Message) -> None:
        if not isinstance(value, dict):
            raise Unsayable("no object")
        for key, one in value.items():
            self._put(trees, one, message.fields[key])
