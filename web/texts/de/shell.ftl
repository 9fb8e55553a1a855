# Was jede Seite umgibt, und Wörter, die viele Seiten teilen.

language-tag = de
shell-languages = Sprachen
shell-skip = Zum Inhalt springen
shell-main = Hauptnavigation
shell-breadcrumb = Brotkrumen
shell-houses = Häuser
shell-live = Live
shell-connect = Verbinden
shell-refusals = Abweisungen
shell-administration = Verwaltung
shell-tenants = Kundenkonten
shell-plans = Tarife
shell-health = Zustand
shell-sign-up = Registrierung
shell-account-menu = Kontomenü
shell-your-account = Ihr Konto
shell-log-out = Abmelden
shell-account = Konto
shell-back-to-house = Zurück zum Haus
