# Zugangsdaten eines Hauses: die Liste, das Formular, was nur einmal gezeigt wird.

bus-role-runtime = Unsere Laufzeit
bus-role-house = Haus
bus-role-package = Paket
bus-role-admin = Verwalter
bus-role-resident = Bewohner
bus-role-viewer = Zuschauer

bus-role-may-house = Alles im Haus, wie der Passcode eines eigenen Gateways. Für Installationen, die sich einen Passcode teilen.
bus-role-may-package = Spricht nur als die Module, die Sie unten nennen. Was bei einem Gerät abhandenkommt, öffnet die anderen nicht.
bus-role-may-admin = Für eine Person mit eigener Oberfläche: sieht alles, bedient alles und ändert die Konfiguration.
bus-role-may-resident = Für eine Person mit eigener Oberfläche: sieht Werte und Seiten, bedient Geräte, startet Regeln. Ändert keine Konfiguration.
bus-role-may-viewer = Für Personen oder Bildschirme, die nur zusehen: sieht Werte und Seiten, bedient nichts.

credentials-title = Zugangsdaten
credentials-none = Es gibt keine Zugangsdaten: Nichts kann sich verbinden. Legen Sie unten welche an.
credentials-hidden = Nur Verwalter und Installateure des Hauses sehen die Zugangsdaten.
credentials-made = Angelegt
credentials-made-by = von { $name }
credentials-last-used = Zuletzt benutzt
credentials-used-from = von { $address }
credentials-never-used = nie
credentials-ends = Endet
credentials-never-ends = nie
credentials-exchanged = Getauscht: gilt noch bis { $end }
credentials-ended = Beendet { $end }
credentials-exchange = Tauschen
credentials-exchange-this = Passcode von { $name } tauschen
credentials-exchange-why = Sie bekommen einen neuen Passcode mit denselben Rechten. Der alte gilt so lange weiter, damit Sie Ihre Geräte nacheinander umstellen können.
credentials-exchange-now = Neuen Passcode erzeugen
credentials-overlap = Wie lange das alte noch gilt
credentials-overlap-none = Gar nicht: Es endet sofort
credentials-overlap-hour = Eine Stunde
credentials-overlap-day = Einen Tag
credentials-overlap-week = Eine Woche
credentials-overlap-month = 30 Tage
credentials-revoke = Sperren
credentials-revoke-this = { $name } sperren
credentials-revoke-sure = „{ $name }“ sperren? Was es benutzt, wird sofort getrennt.

credentials-make = Zugangsdaten anlegen
credentials-new-name = Name weiterer Zugangsdaten
credentials-new-role = Was dürfen sie?
credentials-user = Benutzername in der Oberfläche
credentials-user-hint = Buchstaben, Ziffern und Bindestriche, wie in gui/users Ihres Hauses. Wird aus dem Namen gebildet, wenn Sie das Feld leer lassen.
credentials-package = Name des Pakets
credentials-package-hint = Wie in seinem Manifest, etwa egeoffrey-service-zigbee2mqtt. Auch sein Watchdog darf sprechen.
credentials-senders = Module
credentials-senders-hint = Der Wert von EGEOFFREY_MODULES, etwa service/zigbee2mqtt. Bis zu 20, durch Kommas getrennt.
credentials-last-day = Letzter gültiger Tag
credentials-last-day-hint = Nach der Uhr des Hauses. Leer für kein Ende.
credentials-fault-day = Das muss ein Tag ab heute sein, etwa 2027-01-31.

credentials-fresh-package = Diese Zeilen gelten nur für das Paket mit den Modulen { $modules }.
credentials-fresh-person = Für die eGeoffrey-Oberfläche: Haus-ID und Passcode wie unten, und „{ $user }“ als Benutzername. Andere Benutzernamen werden mit diesem Passcode abgewiesen.
credentials-first = Haupt-Passcode
