# Numbers, spans and moments.

words-millions = { $count } million
words-unlimited = unlimited
words-bytes = { $count } bytes
words-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
words-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
words-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
words-seconds = { $count } s

# Used by scripts too, which know no plural: one day and more have a message each.
script-age-now = just now
script-age-seconds = { $count } s ago
script-age-minutes = { $count } min ago
script-age-hours = { $count } h ago
script-age-day = 1 day ago
script-age-days = { $count } days ago

moment-date = { $day } { $month } { $year }
moment-month-1 = Jan
moment-month-2 = Feb
moment-month-3 = Mar
moment-month-4 = Apr
moment-month-5 = May
moment-month-6 = Jun
moment-month-7 = Jul
moment-month-8 = Aug
moment-month-9 = Sep
moment-month-10 = Oct
moment-month-11 = Nov
moment-month-12 = Dec
