# Die erste Seite.

landing-title = Ihr Zuhause, von überall erreichbar
landing-heading = Ihr eGeoffrey-Zuhause, von überall erreichbar.
landing-lead = Verbinden Sie die Module, die Sie schon haben, mit ein paar Zeilen zum Kopieren. Aktuelle Werte, Verlauf und Steuerung, ohne zu Hause einen Port zu öffnen.
landing-living-room = Wohnzimmer
landing-power = Leistung
landing-hall-lights = Flurlicht
landing-confirmed = Ein · vom Haus bestätigt
landing-points = Was Sie bekommen
landing-point-stock = Nichts umzubauen
landing-point-stock-why = Unveränderte eGeoffrey-Pakete verbinden sich mit Ihrer Haus-ID und einem Passcode nach außen. Ihr Router bleibt zu.
landing-point-yours = Nur Ihres
landing-point-yours-why = Ein Haus kann immer nur seine eigenen Topics, Werte und Dateien nennen. Was ein Haus sendet, sieht kein anderes.
landing-point-says = Sagt, was geschah
landing-point-says-why = Wird etwas gestoppt, lesen Sie, welche Grenze es war, was zulässig war, was gesehen wurde und was zu tun ist.
landing-plans = Tarife
landing-gives = Was er bietet
landing-row-houses = Häuser
landing-row-people = Personen
landing-row-connections = Verbundene Geräte je Haus
landing-row-sensors = Sensoren je Haus
landing-row-history = Verlauf
landing-row-per-day = Nachrichten am Tag
landing-row-rate = Nachrichten je Sekunde
landing-row-burst = Nachrichten auf einmal
landing-row-message = Größte Nachricht
landing-limits = An einer Grenze lesen Sie, was gestoppt wurde und warum: Nichts versagt stillschweigend.
