"""Names of languages, countries and regions for templates: `{% load people %}{{ code|language_name }}`."""

from django import template

from tutela.people import choices

register = template.Library()
register.filter("language_name", choices.language_name)
register.filter("country_name", choices.country_name)
register.filter("region_name", choices.region_name)
