# Wörter aus Formularen, die viele Seiten teilen.

form-log-in = Anmelden
form-sign-up = Registrieren
form-name = Name
form-your-name = Ihr Name
form-email = E-Mail-Adresse
form-password = Passwort
form-your-password = Ihr Passwort
form-code = Code
form-save = Speichern
form-cancel = Abbrechen
form-never = nie
form-password-hint = Mindestens 10 Zeichen. Einige Wörter hintereinander sind leicht zu merken und schwer zu erraten.
