"""Words and tones of a case for templates: `{% load protection %}{{ clock|clock_words }}`."""

from django import template

from tutela.protection import terms

register = template.Library()
register.filter("clock_words", terms.clock_words)
register.filter("danger_tone", terms.danger_tone)
register.filter("stage_tone", terms.stage_tone)
