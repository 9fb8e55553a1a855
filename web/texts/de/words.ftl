# Zahlen, Zeitspannen und Zeitpunkte.

words-millions =
    { $count ->
        [one] { $count } Million
       *[other] { $count } Millionen
    }
words-unlimited = unbegrenzt
words-bytes = { $count } Byte
words-days =
    { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
words-hours =
    { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
words-minutes =
    { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
words-seconds = { $count } s

script-age-now = gerade eben
script-age-seconds = vor { $count } s
script-age-minutes = vor { $count } min
script-age-hours = vor { $count } h
script-age-day = vor 1 Tag
script-age-days = vor { $count } Tagen

moment-date = { $day }. { $month } { $year }
moment-month-1 = Jan.
moment-month-2 = Feb.
moment-month-3 = März
moment-month-4 = Apr.
moment-month-5 = Mai
moment-month-6 = Juni
moment-month-7 = Juli
moment-month-8 = Aug.
moment-month-9 = Sep.
moment-month-10 = Okt.
moment-month-11 = Nov.
moment-month-12 = Dez.
