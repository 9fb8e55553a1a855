# Verbrauch neben den Kontingenten, Hinweise und was zu tun ist.

usage-title = Verbrauch
usage-of = { $used } von { $allowed }
usage-unlimited = { $used }, ohne Grenze
usage-unknown = noch nicht bekannt; bis { $allowed }
usage-today = { $used } von { $allowed } Nachrichten heute
usage-today-unlimited = { $used } Nachrichten heute, ohne Grenze
usage-resets = beginnt neu um { $time } ({ $zone })
usage-fullest = vollstes Haus: { $house }
usage-exception = statt { $plan } nach Tarif
usage-exception-until = statt { $plan } nach Tarif, bis { $time }
usage-plan = Tarif { $plan }
usage-quotas = Was Ihr Tarif gibt und was Sie davon verbrauchen
usage-quotas-none = Noch ist nichts gezählt.
usage-messages = Nachrichten je Tag
usage-hours = Nachrichten je Stunde, letzte 48 Stunden
usage-month = { $count } Nachrichten in diesem Monat
usage-as-table = Als Tabelle
usage-day = Tag (UTC)
usage-hour = Stunde (UTC)
usage-sent = Nachrichten
usage-bytes = Daten
usage-most = höchster Wert: { $count }
usage-bar = { $day }: { $count } Nachrichten
usage-stopped = Gestoppt in den letzten 24 Stunden
usage-stopped-none = In den letzten 24 Stunden wurde nichts gestoppt.
usage-stopped-all = Alle Abweisungen
usage-newest = Die neuesten
usage-houses-by = Nach Haus
usage-house = Haus
usage-shell = Verbrauch

usage-notice-soft = { $quota }: vier Fünftel sind verbraucht.
usage-notice-full = { $quota }: alles ist verbraucht.
usage-notice-more = Verbrauch ansehen

mail-quota-subject-soft = { $tenant }: { $quota } fast aufgebraucht
mail-quota-subject-full = { $tenant }: { $quota } aufgebraucht
mail-quota-soft = in „{ $tenant }“ ist eine Grenze fast erreicht. Noch wurde nichts gestoppt.
mail-quota-full = in „{ $tenant }“ ist eine Grenze erreicht. Was darüber hinausgeht, wird abgewiesen oder nicht mehr aufbewahrt.
mail-quota-resets = Gezählt wird neu ab { $time }.
mail-quota-once = Diese Mail kommt einmal: nicht wieder vor dem nächsten Tag oder bevor der Verbrauch unter 70 % gefallen ist.

quota-remedy-houses = Löschen Sie ein Haus, das Sie nicht brauchen, oder wählen Sie einen größeren Tarif.
quota-remedy-members = Entfernen Sie jemanden, ziehen Sie eine Einladung zurück, oder wählen Sie einen größeren Tarif.
quota-remedy-connections-per-house = Beenden Sie Pakete, die Sie nicht brauchen, suchen Sie nach einem, das sich immer wieder neu verbindet, oder wählen Sie einen größeren Tarif.
quota-remedy-messages-per-day = Jenseits der Grenze kommen aktuelle Werte weiter an, neue werden aber bis zum Ende des Tages nicht aufgezeichnet. Lassen Sie Geräte seltener senden, oder wählen Sie einen größeren Tarif.
quota-remedy-retained-bytes = Löschen Sie aufbewahrte Nachrichten, die Sie nicht brauchen, oder wählen Sie einen größeren Tarif.
quota-remedy-sensors-per-house = Löschen Sie Sensoren, die Sie nicht brauchen, oder wählen Sie einen größeren Tarif.
quota-remedy-rules-per-house = Löschen Sie Regeln, die Sie nicht brauchen, oder wählen Sie einen größeren Tarif.
quota-remedy-history-bytes = Bewahren Sie weniger Werte (Aufbewahrung des Sensors) oder keine Bilder auf, oder wählen Sie einen größeren Tarif.
