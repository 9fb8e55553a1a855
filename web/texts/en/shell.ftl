# What surrounds every page, and words that many pages share.

language-tag = en
shell-languages = Languages
shell-skip = Skip to the content
shell-main = Main
shell-breadcrumb = Breadcrumb
shell-houses = Houses
shell-live = Live
shell-connect = Connect
shell-refusals = Refusals
shell-administration = Administration
shell-tenants = Tenants
shell-plans = Plans
shell-health = Health
shell-sign-up = Sign-up
shell-account-menu = Account menu
shell-your-account = Your account
shell-log-out = Log out
shell-account = Account
shell-back-to-house = Back to the house
