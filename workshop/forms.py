"""The form every operation binds with: the same fields from HTML, JSON, the command line and CSV."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, SelectChoice, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import HiddenInput, TextInput

from workshop.text import has_something, one_line, stripped


class Submitted(dict[str, list[str]]):
    """What came in, as WTForms reads it."""

    def getlist(self, name: str) -> list[str]:
        """The values of a field."""
        return self.get(name, [])


class OperationForm(Form):
    """Base of every operation's form; `binding.bind` makes one.

    WTForms makes the first of its kind; the others are copies of that one with data of their own, for making
    each field anew takes longer than reading what came. A field that nothing came for is as in the first.
    What came is read and judged as WTForms does it, without the steps of which no field here makes use.
    """

    submitted: str = ""
    """What came in, normalised, as one line of JSON: the content a repeated call is compared by."""

    def __init__(self, formdata: "Submitted | MultiDict[str, str] | None" = None, **data: Any) -> None:
        kind = type(self)
        if "_unasked" not in kind.__dict__:
            super().__init__()
            # Never given away: nobody writes into what all of them are made from.
            unasked = copied(self)
            self.process(Submitted())
            kind._unanswered = copied(self)
            kind._more = {name: (check,) for name in self._fields if (check := getattr(kind, f"validate_{name}", None))}
            # Last: another thread takes it for a sign that all is there.
            kind._unasked = unasked
        self.__dict__ = copied(kind._unasked if formdata is None else kind._unanswered).__dict__
        if data:
            self.process(formdata, **data)
        elif formdata:
            for field in self._fields.values():
                if field.name in formdata:
                    read(field, formdata.getlist(field.name))

    _unasked: "OperationForm"
    """As it is drawn first."""
    _unanswered: "OperationForm"
    """As it is where nothing at all came."""
    _more: dict[str, tuple[Any, ...]]
    """What a form of this kind itself asks of a field, by its `validate_` methods."""

    def validate(self, extra_validators: Mapping[str, Iterable[Any]] | None = None) -> bool:
        """Whether every field may be as it is; else its errors say why not."""
        valid = True
        for name, field in self._fields.items():
            checks = (*field.validators, *(extra_validators or {}).get(name, ()), *self._more.get(name, ()))
            field.errors = list(field.process_errors)
            if type(field).pre_validate is not Field.pre_validate:
                checks = (before, *checks)
            for check in checks:
                try:
                    check(self, field)
                except StopValidation as stop:
                    # Without a sentence there is nothing to say: the others need not be asked.
                    field.errors += filter(None, stop.args[:1])
                    break
                except ValidationError as error:
                    field.errors.append(error.args[0])
            valid = valid and not field.errors
        return valid


def before(form: Form, field: Field) -> None:
    """The check that a kind of field brings with it."""
    field.pre_validate(form)


def read(field: Field, values: list[str]) -> None:
    """Have a field hold what came for it."""
    field.raw_data, field.process_errors = values, []
    try:
        field.process_formdata(values)
    except ValueError as error:
        # What it held before, as in WTForms.
        field.process_data(field.object_data)
        field.process_errors.append(error.args[0])
    try:
        for tidied in field.filters:
            field.data = tidied(field.data)
    except ValueError as error:
        field.process_errors.append(error.args[0])


def copied(form: OperationForm) -> OperationForm:
    """A form with fields of its own; their labels, validators and choices are the same, which nothing changes."""
    copy: OperationForm = object.__new__(type(form))
    copy.__dict__.update(form.__dict__)
    copy.form_errors = []
    copy._fields = {}
    for name, field in form._fields.items():
        own = copy._fields[name] = object.__new__(type(field))
        own.__dict__.update(field.__dict__)
        copy.__dict__[name] = own
    return copy


class NoFields(OperationForm):
    """For an operation that needs none."""


class Text(StringField):
    """One line of people's or the house's words."""

    def __init__(self, label: Any, length: int, *, required: Any = None, **options: Any) -> None:
        validators = [Required(required) if required is not None else Optional()]
        super().__init__(label, [*validators, Longest(length)], filters=[one_line], **options)


class LongText(TextAreaField):
    """Several lines of words."""

    def __init__(self, label: Any, length: int, *, required: Any = None, **options: Any) -> None:
        validators = [Required(required) if required is not None else Optional()]
        super().__init__(label, [*validators, Longest(length)], filters=[stripped], **options)


class Required:
    """The field must hold something other than space; `message` says what to write."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data or (isinstance(field.data, str) and not has_something(field.data)):
            raise ValidationError(self.message)


class Longest:
    """At most `length` code points after NFC."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.field_flags = {"maxlength": length}

    def __call__(self, form: Form, field: Field) -> None:
        if field.data and len(field.data) > self.length:
            raise ValidationError(
                _l("%(most)s characters fit. You wrote %(count)s.", most=self.length, count=len(field.data))
            )


class Id(Field):
    """The id of one thing."""

    widget = HiddenInput()

    def __init__(self, label: Any = "", *, required: bool = True, **options: Any) -> None:
        super().__init__(
            label, [InputRequired(_l("This does not say which one."))] if required else [Optional()], **options
        )

    def _value(self) -> str:
        return str(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read one id; an empty one is None."""
        self.data = to_id(valuelist[0]) if valuelist and valuelist[0] else None


class Ids(Field):
    """The ids of one or several things, each once, in the order given."""

    widget = HiddenInput()

    def __init__(self, label: Any = "", *, most: int = 100, **options: Any) -> None:
        super().__init__(label, [Required(_l("Choose at least one."))], **options)
        self.most = most

    def _value(self) -> str:
        return " ".join(str(one) for one in self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read ids from repeated fields or from one, separated by spaces."""
        ids = [to_id(word) for text in valuelist for word in text.split()]
        if len(ids) > self.most:
            raise ValueError(_l("At most %(most)s at once.", most=self.most))
        self.data = list(dict.fromkeys(ids))


@lru_cache(maxsize=8192)
def to_id(text: str) -> UUID:
    """A UUID in its canonical form; ValueError with a sentence otherwise."""
    try:
        number = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        number = b""
    # Space between digits and dashes elsewhere are passed over above.
    if len(number) != 16 or len(text) != 36 or text[8] + text[13] + text[18] + text[23] != "----":
        raise ValueError(_l("This does not exist."))
    return UUID(int=int.from_bytes(number))


class Number(Field):
    """A whole number between two bounds."""

    widget = TextInput()

    def __init__(self, label: Any, least: int, most: int, *, required: bool = True, **options: Any) -> None:
        super().__init__(label, [InputRequired(_l("Write a number."))] if required else [Optional()], **options)
        self.least, self.most = least, most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read digits."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10):
            raise ValueError(_l("Write a number."))
        if not self.least <= int(text) <= self.most:
            raise ValueError(_l("A number from %(least)s to %(most)s.", least=self.least, most=self.most))
        self.data = int(text)


class Numbers(Field):
    """Several whole numbers in one line, each between two bounds."""

    widget = TextInput()

    def __init__(self, label: Any, least: int, most: int, *, at_most: int, **options: Any) -> None:
        super().__init__(label, [InputRequired(_l("Write at least one number."))], **options)
        self.least, self.most, self.at_most = least, most, at_most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(str(one) for one in self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read numbers, separated by commas or spaces."""
        words = (valuelist[0] if valuelist else "").replace(",", " ").replace(";", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
            raise ValueError(_l("Write numbers, with commas between them."))
        if len(words) > self.at_most:
            raise ValueError(_l("At most %(most)s at once.", most=self.at_most))
        numbers = [int(word) for word in words]
        if not all(self.least <= number <= self.most for number in numbers):
            raise ValueError(_l("Each is a number from %(least)s to %(most)s.", least=self.least, most=self.most))
        self.data = numbers


class Day(Field):
    """A date without a time."""

    widget = TextInput(input_type="date")

    def __init__(self, label: Any, *, required: bool = True, **options: Any) -> None:
        super().__init__(label, [InputRequired(_l("Choose a day."))] if required else [Optional()], **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read YYYY-MM-DD."""
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(_l("A day is written like 2026-05-12.")) from None


class Yes(Field):
    """A box that is ticked or not."""

    widget = TextInput(input_type="checkbox")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Anything but nothing, 0 and false is yes."""
        self.data = bool(valuelist) and valuelist[0].lower() not in ("", "0", "false")


class Pick(SelectField):
    """One word of a closed set, with its label."""

    def __init__(self, label: Any, choices: Iterable[tuple[Any, Any]], **options: Any) -> None:
        kept = [SelectChoice(str(value), text) for value, text in choices]
        super().__init__(label, choices=kept, validate_choice=False, **options)
        self.known = {one.value for one in kept}

    def pre_validate(self, form: Any) -> None:
        """Refuse a word that is not in the set."""
        if self.data not in self.known:
            raise ValidationError(_l("Choose one of these."))


def stands_now(form: OperationForm, now: Mapping[str, tuple[Any, str]]) -> dict[str, list[Any]]:
    """What to say beside each field that holds something else than what somebody changed meanwhile.

    `now` says what stands there now: {name: (value, the same in words)}; a field that was not sent is left out.
    """
    return {
        name: [_l("It now reads: “%(text)s”", text=words) if words else _l("It is empty now.")]
        for name, (value, words) in now.items()
        if form[name].raw_data and (form[name].data or None) != (value or None)
    }
