# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditions that leave combinations of a campaign out.

    cell.delay < '20ms' or scheme == 'msctp'
    not (scheme in ['tcp', 'udp'] and client.radios == 2)

Names are keys of the campaign, and `case`; a key with other signs in its name is written
key('attributes.ns3::TcpSocket::SegmentSize'). Quantities compare by size, whatever their units;
words only by == and !=. A key that a case does not set equals nothing.
"""

import ast

from . import quantity

ORDERED = {ast.Lt: lambda a, b: a < b, ast.LtE: lambda a, b: a <= b,
           ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b}


class ConditionError(Exception):
    """What is wrong with a condition, without its place."""


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Condition:
    """One condition, read once and asked for many combinations."""

    def __init__(self, text, keys):
        """keys: the names that it may use."""
        self.text = text
        self.keys = keys
        try:
            self.tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            raise ConditionError(f"'{text}' is no condition; allowed are comparisons of keys and "
                                 "values with and, or, not, in") from None
        self._check(self.tree)

    def holds(self, settings):
        """settings: {key: text}."""
        return self._truth(self.tree, settings)

    # A name is a chain of attributes: cell.delay; a call of key() names what cannot be one.
    def _name(self, node):
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute):
            inner = self._name(node.value)
            return inner and f"{inner}.{node.attr}"
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "key"
                and len(node.args) == 1 and not node.keywords
                and isinstance(node.args[0], ast.Constant)):
            return str(node.args[0].value)
        return None

    def _check(self, node):
        if isinstance(node, ast.BoolOp):
            for value in node.values:
                self._check(value)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._check(node.operand)
        elif isinstance(node, ast.Compare):
            for operator, side in zip(node.ops, node.comparators):
                self._check_side(side, isinstance(operator, (ast.In, ast.NotIn)))
            self._check_side(node.left, False)
            if any(isinstance(operator, (ast.Is, ast.IsNot)) for operator in node.ops):
                raise ConditionError(f"'{self.text}': 'is' is no comparison; expected ==")
        else:
            raise ConditionError(f"'{self.text}': '{ast.unparse(node)}' is no comparison; expected "
                                 "KEY == VALUE and the like")

    def _check_side(self, node, wants_list):
        if wants_list:
            if not isinstance(node, (ast.List, ast.Tuple)):
                raise ConditionError(f"'{self.text}': after 'in' comes a list in brackets")
            for element in node.elts:
                self._check_side(element, False)
            return
        name = self._name(node)
        if name is not None:
            if name not in self.keys:
                raise ConditionError(f"'{self.text}': {name} is no key of this campaign; allowed are "
                                     + ", ".join(self.keys))
        elif not isinstance(self._constant(node), (str, int, float)):
            raise ConditionError(f"'{self.text}': '{ast.unparse(node)}' is no value; allowed are "
                                 "numbers and words in quotes")

    @staticmethod
    def _constant(node):
        if (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
                and isinstance(node.operand, ast.Constant)
                and isinstance(node.operand.value, (int, float))):
            return -node.operand.value
        return node.value if isinstance(node, ast.Constant) else None

    def _value(self, node, settings):
        name = self._name(node)
        return settings.get(name) if name is not None else _text(self._constant(node))

    def _truth(self, node, settings):
        if isinstance(node, ast.BoolOp):
            each = (self._truth(value, settings) for value in node.values)
            return all(each) if isinstance(node.op, ast.And) else any(each)
        if isinstance(node, ast.UnaryOp):
            return not self._truth(node.operand, settings)
        left = node.left
        for operator, right in zip(node.ops, node.comparators):
            if not self._compare(operator, left, right, settings):
                return False
            left = right
        return True

    def _compare(self, operator, left, right, settings):
        a = self._value(left, settings)
        if isinstance(operator, (ast.In, ast.NotIn)):
            found = any(self._equal(a, self._value(e, settings)) for e in right.elts)
            return found == isinstance(operator, ast.In)
        b = self._value(right, settings)
        if isinstance(operator, (ast.Eq, ast.NotEq)):
            return self._equal(a, b) == isinstance(operator, ast.Eq)
        if a is None or b is None:
            return False
        x, y = quantity.parse(a), quantity.parse(b)
        if x is None or y is None or x.dimension != y.dimension:
            raise ConditionError(f"'{self.text}': {a} and {b} have no order; allowed are numbers of "
                                 "the same kind")
        return ORDERED[type(operator)](x.base, y.base)

    @staticmethod
    def _equal(a, b):
        if a is None or b is None:
            return False
        x, y = quantity.parse(a), quantity.parse(b)
        if x is not None and y is not None and x.dimension == y.dimension:
            return x.base == y.base
        return a == b
