# Die Live-Seite eines Hauses.

house-title = Haus
house-silent = Das Haus hat nicht geantwortet.
house-silent-at-home = Sein Gehirn läuft zu Hause: Sehen Sie nach, ob der Controller dort läuft und verbunden ist.
house-silent-here = Nichts ist verloren: Was Ihre Module senden, wird aufbewahrt. Laden Sie die Seite in einer Minute neu.
house-how-to-connect = So verbinden Sie sich
house-was-refused = Wurde etwas abgewiesen?
house-offers = Neue Sensoren
house-offers-why = Sie haben einen Wert gesendet und warten darauf, hinzugefügt zu werden.
house-readings = Messwerte
house-controls = Steuerung
house-set = Setzen
house-waiting = Warten auf den ersten Wert
house-connect = Verbinden Sie Ihre Module
house-waiting-why = Etwas ist verbunden. Sobald ein Modul einen Wert sendet, erscheint er hier und kann hinzugefügt werden.
house-connect-why = Kopieren Sie ein paar Zeilen in Ihre eGeoffrey-Installation. Sobald ein Modul einen Wert sendet, erscheint er hier.
house-connect-more = Mehr verbinden
house-show-how = Zeigen, wie es geht
house-no-script = Die Werte auf dieser Seite sind die vom Augenblick des Ladens. Schalten Sie JavaScript ein, um sie live zu sehen und die Steuerung zu benutzen.
house-no-value = noch kein Wert
house-stale = nichts Neues
house-add = Hinzufügen
