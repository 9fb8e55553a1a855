# Abweisungen: was geschah und was sich tun lässt.

refusal-what-authentication = Eine Verbindung nannte einen falschen oder abgelaufenen Passcode.
refusal-what-permission = Ein Client benutzte ein Topic, für das sein Zugang nicht gilt.
refusal-what-message-size = Eine Nachricht war größer, als Ihr Tarif zulässt.
refusal-what-connections = Es gab mehr Verbindungen, als Ihr Tarif zulässt.
refusal-what-subscriptions = Ein Client abonnierte mehr Topics, als Ihr Tarif zulässt.
refusal-what-retained-bytes = Für eine weitere aufbewahrte Nachricht war kein Platz.
refusal-what-message-rate = Nachrichten kamen schneller, als Ihr Tarif zulässt.
refusal-what-messages-per-day = Heute kamen mehr Nachrichten, als Ihr Tarif zulässt.
refusal-what-houses = Für ein weiteres Haus war kein Platz.
refusal-what-members = Für ein weiteres Mitglied war kein Platz.
refusal-what-credentials = Für einen weiteren Zugang war kein Platz.
refusal-what-sensors = Für einen weiteren Sensor war kein Platz.
refusal-what-rules = Für eine weitere Regel war kein Platz.
refusal-what-history-bytes = Für weitere Verlaufsdaten war kein Platz.
refusal-what-protocol = Ein Client hielt sich nicht an die Regeln von MQTT und wurde getrennt.
refusal-what-standing = Das Kundenkonto lässt das zurzeit nicht zu.
refusal-what-unavailable = Der Dienst konnte eine Nachricht nicht annehmen.

refusal-remedy-authentication = Prüfen Sie Haus-ID und Passcode am Gerät, oder legen Sie auf der Seite „Verbinden“ einen neuen Zugang an.
refusal-remedy-permission = Ein Zugang gilt nur für Topics des eigenen Hauses und für das, was seine Rolle zulässt. Prüfen Sie das Topic, oder nehmen Sie einen Zugang mit anderer Rolle.
refusal-remedy-message-size = Senden Sie kleinere Nachrichten (bei Bildern: eine geringere Auflösung), oder wählen Sie einen größeren Tarif.
refusal-remedy-connections = Beenden Sie Pakete, die Sie nicht brauchen, suchen Sie nach einem, das sich immer wieder neu verbindet, oder wählen Sie einen größeren Tarif.
refusal-remedy-subscriptions = Benutzen Sie Filter mit Platzhaltern statt eines Filters je Sensor, oder wählen Sie einen größeren Tarif.
refusal-remedy-retained-bytes = Löschen Sie aufbewahrte Nachrichten, die Sie nicht brauchen (senden Sie dazu eine leere Retained-Nachricht), oder wählen Sie einen größeren Tarif.
refusal-remedy-message-rate = Lassen Sie das Gerät seltener oder nur bei Änderungen senden, oder wählen Sie einen größeren Tarif. Bei einem einzelnen Schwall ist nichts zu tun.
refusal-remedy-messages-per-day = Aktuelle Werte kommen weiterhin an; aufgezeichnet wird wieder ab Mitternacht UTC. Senden Sie seltener, oder wählen Sie einen größeren Tarif.
refusal-remedy-houses = Löschen Sie ein Haus, das Sie nicht brauchen, oder wählen Sie einen größeren Tarif.
refusal-remedy-members = Entfernen Sie jemanden, ziehen Sie eine Einladung zurück, oder wählen Sie einen größeren Tarif.
refusal-remedy-credentials = Widerrufen Sie einen Zugang, den nichts mehr benutzt.
refusal-remedy-sensors = Löschen Sie Sensoren, die Sie nicht brauchen, oder wählen Sie einen größeren Tarif.
refusal-remedy-rules = Löschen Sie Regeln, die Sie nicht brauchen, oder wählen Sie einen größeren Tarif.
refusal-remedy-history-bytes = Bewahren Sie weniger Werte (Aufbewahrung des Sensors) oder keine Bilder auf, oder wählen Sie einen größeren Tarif.
refusal-remedy-protocol = Der Client hielt sich nicht an die MQTT-Spezifikation. Aktualisieren Sie ihn; sein Protokoll nennt das Paket.
refusal-remedy-standing = Den Grund und was zu tun ist, findet der Inhaber des Kundenkontos im Portal.
refusal-remedy-unavailable = Es ist nichts zu tun: Der Dienst versucht es weiter. Der Betreiber weiß Bescheid.

refusals-title = Warum wurde ich gestoppt?
refusals-crumb = Abweisungen
refusals-none = Nichts wurde gestoppt
refusals-none-why = Wird eine Nachricht, eine Verbindung oder ein Topic abgewiesen, steht hier, welche Grenze es war, was zulässig war, was gesehen wurde und was zu tun ist.
refusals-over = Vorbei
refusals-needs-you = Braucht Sie
refusals-clears = Endet von selbst
refusals-limit = Grenze
refusals-limit-within = { $limit } in { $window }
refusals-allowed = Zulässig
refusals-seen = Gesehen
refusals-about = Betrifft
refusals-since = Seit
refusals-until = Bis
refusals-until-acted = jemand eingreift
refusals-older = Ältere
refusals-unknown-client = ein unbekannter Client
refusals-times =
    { $count ->
        [1] einmal
        [2] zweimal
       *[other] { $count }-mal
    }

refusal-told-authentication = { $client } wurde um { $time } abgewiesen: Der Passcode war falsch oder abgelaufen.
refusal-told-permission = { $client } wurde um { $time } abgewiesen: Der Zugang gilt nicht für { $subject }.
refusal-told-message-size = { $client } sandte um { $time } eine Nachricht von { $seen }; Ihr Tarif lässt { $allowed } zu. Sie wurde nicht weitergegeben.
refusal-told-connections = { $client } wurde um { $time } abgewiesen: Es wäre Verbindung Nummer { $seen } gewesen; Ihr Tarif lässt { $allowed } zur selben Zeit zu.
refusal-told-subscriptions = { $client } wurde um { $time } ein Abonnement verweigert: Es wären { $seen } gewesen; Ihr Tarif lässt { $allowed } je Verbindung zu.
refusal-told-retained-bytes = Eine Nachricht von { $client } wurde um { $time } nicht aufbewahrt: Das Haus hätte { $seen } aufbewahrt; Ihr Tarif lässt { $allowed } zu.
refusal-told-message-rate = { $client } wurde um { $time } gebremst. Es kamen { $seen } Nachrichten in { $window }; Ihr Tarif lässt { $allowed } zu. Nichts ging verloren.
refusal-told-messages-per-day = { $client } sandte um { $time } weiter, als der Tag aufgebraucht war: { $seen } Nachrichten; Ihr Tarif lässt { $allowed } zu. Aktuelle Werte kommen weiter an, neue werden bis zum Ende des Tages nicht aufgezeichnet.
refusal-told-houses = { $client } konnte das Haus „{ $subject }“ um { $time } nicht anlegen: { $seen } von { $allowed } sind belegt.
refusal-told-members = { $client } konnte um { $time } niemanden mehr einladen: { $seen } von { $allowed } Plätzen sind belegt, offene Einladungen mitgezählt.
refusal-told-credentials = { $client } konnte den Zugang „{ $subject }“ um { $time } nicht anlegen: { $seen } von { $allowed } sind belegt.
refusal-told-sensors = { $client } konnte den Sensor { $subject } um { $time } nicht anlegen: { $seen } von { $allowed } sind belegt.
refusal-told-rules = { $client } konnte die Regel { $subject } um { $time } nicht anlegen: { $seen } von { $allowed } sind belegt.
refusal-told-history-bytes = Ab { $time } wurden keine Werte mehr aufbewahrt: Das Haus hat { $seen } an Verlaufsdaten; Ihr Tarif lässt { $allowed } zu.
refusal-told-protocol = { $client } wurde um { $time } getrennt: Die Regeln von MQTT wurden verletzt.
refusal-told-standing = { $client } wurde um { $time } abgewiesen: Das Kundenkonto lässt das zurzeit nicht zu.
refusal-told-unavailable = { $client } wurde um { $time } nicht bedient: Der Dienst konnte das Gesendete nicht annehmen.

refusal-short-authentication = Passcode
refusal-short-permission = Berechtigung
refusal-short-message-size = Größe einer Nachricht
refusal-short-connections = Verbindungen
refusal-short-subscriptions = Abonnements
refusal-short-retained-bytes = Aufbewahrte Nachrichten
refusal-short-message-rate = Nachrichten je Sekunde
refusal-short-messages-per-day = Nachrichten am Tag
refusal-short-houses = Häuser
refusal-short-members = Mitglieder
refusal-short-credentials = Zugänge
refusal-short-sensors = Sensoren
refusal-short-rules = Regeln
refusal-short-history-bytes = Verlaufsdaten
refusal-short-protocol = Regeln von MQTT
refusal-short-standing = Zustand des Kundenkontos
refusal-short-unavailable = Dienst nicht verfügbar

refusals-choose = Auswählen
refusals-reason = Grund
refusals-any = alle
refusals-client = Client oder Person
refusals-show = Zeigen
refusals-clear = Alle zeigen
refusals-none-chosen = Nichts dergleichen wurde gestoppt
refusals-house = Haus
