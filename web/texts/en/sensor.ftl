# A sensor's page.

sensor-more-than = more than { $count }
sensor-silent-hint = Its history is shown again as soon as it is back.
sensor-last = Last
sensor-lowest = Lowest
sensor-highest = Highest
sensor-values = Values
sensor-history = History
sensor-span = Span
sensor-chart-told = between { $lowest } and { $highest } { $unit }, last { $last } { $unit }
sensor-none = There is no value in this span. Choose a longer one, or wait for the next value.
sensor-table = Values as a table
sensor-when = When
sensor-age = Age
sensor-value = Value
sensor-further =
    { $count ->
        [one] { $count } older value is not in the table.
       *[other] { $count } older values are not in the table.
    }
sensor-change = Change the sensor
sensor-unit = Unit
sensor-format = Format
sensor-ignore-below = Ignore below
sensor-ignore-above = Ignore above
sensor-delete = Delete the sensor
sensor-delete-why = Its configuration is deleted. When the device sends again, the sensor is offered anew on the live page.
sensor-delete-confirm = Type <b class="mono break">{ $id }</b> to confirm
sensor-span-1h = Hour
sensor-span-1d = Day
sensor-span-1w = Week
sensor-span-all = All
sensor-format-int = Whole number
sensor-format-float-1 = One decimal
sensor-format-float-2 = Two decimals
sensor-format-string = Text
sensor-span-1m = Month
sensor-span-1y = Year
sensor-closer = Closer
sensor-wider = Wider
sensor-reset = Whole span
sensor-chart-how = Drag over the chart to look closer. With the keyboard: plus and minus, arrows to move, 0 for the whole span. Ctrl and the mouse wheel, or two fingers, do the same.
sensor-days = Days as a table
sensor-day = Day
sensor-mean = Mean
sensor-download = Download
sensor-download-why = The span above as a file, times by the clock of the house.
sensor-download-raw = Every value
sensor-download-quarter = Quarters of hours
sensor-download-hour = Hours
sensor-download-day = Days
