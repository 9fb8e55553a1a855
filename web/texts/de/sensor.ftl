# Die Seite eines Sensors.

sensor-more-than = mehr als { $count }
sensor-silent-hint = Sein Verlauf ist wieder zu sehen, sobald es zurück ist.
sensor-last = Zuletzt
sensor-lowest = Niedrigster
sensor-highest = Höchster
sensor-values = Werte
sensor-history = Verlauf
sensor-span = Zeitraum
sensor-chart-told = zwischen { $lowest } und { $highest } { $unit }, zuletzt { $last } { $unit }
sensor-none = In diesem Zeitraum gibt es keinen Wert. Wählen Sie einen längeren, oder warten Sie auf den nächsten Wert.
sensor-table = Werte als Tabelle
sensor-when = Wann
sensor-age = Alter
sensor-value = Wert
sensor-further =
    { $count ->
        [one] { $count } älterer Wert steht nicht in der Tabelle.
       *[other] { $count } ältere Werte stehen nicht in der Tabelle.
    }
sensor-change = Sensor ändern
sensor-unit = Einheit
sensor-format = Format
sensor-ignore-below = Werte ignorieren unter
sensor-ignore-above = Werte ignorieren über
sensor-delete = Sensor löschen
sensor-delete-why = Seine Konfiguration wird gelöscht. Wenn das Gerät wieder sendet, wird der Sensor auf der Live-Seite neu angeboten.
sensor-delete-confirm = Tippen Sie zur Bestätigung <b class="mono break">{ $id }</b>
sensor-span-1h = Stunde
sensor-span-1d = Tag
sensor-span-1w = Woche
sensor-span-all = Alles
sensor-format-int = Ganze Zahl
sensor-format-float-1 = Eine Nachkommastelle
sensor-format-float-2 = Zwei Nachkommastellen
sensor-format-string = Text
sensor-span-1m = Monat
sensor-span-1y = Jahr
sensor-closer = Näher
sensor-wider = Weiter
sensor-reset = Ganzer Zeitraum
sensor-chart-how = Ziehen Sie über das Diagramm, um näher hinzusehen. Mit der Tastatur: Plus und Minus, Pfeile zum Verschieben, 0 für den ganzen Zeitraum. Strg und Mausrad oder zwei Finger tun dasselbe.
sensor-days = Tage als Tabelle
sensor-day = Tag
sensor-mean = Mittel
sensor-download = Herunterladen
sensor-download-why = Der Zeitraum oben als Datei, Zeiten nach der Uhr des Hauses.
sensor-download-raw = Jeder Wert
sensor-download-quarter = Viertelstunden
sensor-download-hour = Stunden
sensor-download-day = Tage
