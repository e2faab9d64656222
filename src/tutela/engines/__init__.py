"""Pure computation: no Django, no clock, no other part of Tutela; each engine stands alone."""
