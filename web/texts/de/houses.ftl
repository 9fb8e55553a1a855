# Häuser: die Übersicht und ein neues.

houses-first = Fügen Sie Ihr erstes Haus hinzu
houses-add = Haus hinzufügen
houses-first-how = Geben Sie ihm einen Namen und eine Zeitzone. Auf der nächsten Seite stehen die Zeilen, die Sie in Ihre Module kopieren; sie ändert sich von selbst, wenn die erste Nachricht ankommt.
houses-last-seen = Zuletzt gesehen
houses-connect = Jetzt verbinden
new-house-title = Neues Haus
new-house-name-hint = Wie Sie es nennen: „Zuhause“, „Hütte am See“.
new-house-zone = Zeitzone
new-house-zone-hint = Tage, Stunden und Zeitpläne des Hauses richten sich danach.
new-house-zone-choose = Zeitzone wählen
new-house-hosting = Wo läuft sein Gehirn?
new-house-hosted = Hier, bei uns
new-house-hosted-why = Wir betreiben Hub, Verlauf und Regeln. Zu Hause laufen nur die Module, die mit Ihren Geräten sprechen. Die einfachste Wahl.
new-house-on-premise = Zu Hause
new-house-on-premise-why = Ihr eigener eGeoffrey-Controller läuft weiter zu Hause und behält die Daten. Wir verbinden Ihre Module und zeigen das Portal.
new-house-add = Haus hinzufügen
houses-clients =
    { $count ->
        [one] { $count } Client
       *[other] { $count } Clients
    }
houses-refusals =
    { $count ->
        [one] { $count } Abweisung heute
       *[other] { $count } Abweisungen heute
    }

houses-search = Suchen
houses-state = Zustand
houses-state-all = beliebig
houses-state-online = online
houses-state-offline = offline
houses-state-never = noch nie verbunden
houses-state-refusals = heute mit Abweisungen
houses-show = Anzeigen
houses-all = Alle anzeigen
houses-found = { $from } bis { $to } von { $total }
houses-none-found = Kein Haus passt.
houses-none = Noch kein Haus
houses-none-how = Wer Sie eingeladen hat, kann Ihnen eine Rolle in einem Haus geben.
houses-house = Haus
houses-pages = Seiten
houses-earlier = Zurück
houses-later = Weiter
houses-leave = Verlassen
houses-leave-what = Sie verlieren den Zugang zu diesem Haus sofort.
houses-leave-one = { $house } verlassen
houses-leave-now = Jetzt verlassen
new-house-in = Es gehört dann zu „{ $tenant }“.
