# Signing up, logging in, passwords.

mail-check = Check your mail
mail-check-sent = We sent a link to <b class="break">{ $email }</b>. Open it within { $time } to confirm your address.
mail-check-nothing = Nothing there after a few minutes? Look into the spam folder, or <a href="/sign-up">sign up again</a> if the address has a typing error.
mail-check-again = Send the mail again
mail-check-sent-again = We sent it again. Earlier links do not work any more.
forgot-title = Forgot your password?
forgot-sent = If <b class="break">{ $email }</b> has an account here, a link is on its way there. Open it within { $time } to choose a new password.
forgot-nothing = Nothing there after a few minutes? Look into the spam folder, or <a href="/forgot-password">try another address</a>.
forgot-hint = We send a link there with which you choose a new password.
form-send-link = Send the link
forgot-remembered = It came back to you? <a href="/log-in">Log in</a>
verify-title = Confirm your address
link-dead = This link does not work any more
verify-dead-hint = If your address is confirmed already, just log in. Otherwise sign up again to get a new link.
verify-again = Sign up again
verify-one-press = One press, and your account is ready.
verify-yes = Yes, this is my address
log-in-no-account = No account yet? <a href="/sign-up">Sign up</a>
code-title = Log in: second step
code-again = Start again
code-heading = Second step
code-hint = The six digits that your authenticator app shows, or one of your recovery codes.
reset-title = Choose a new password
reset-dead = It was used before, is older than an hour, or a newer one was sent. Your password is what it was.
reset-again = Send a new link
reset-hint = Everybody who is logged in to your account is logged out.
reset-save = Save the password
sign-up-have-account = Already have an account? <a href="/log-in">Log in</a>
sign-up-closed-hint = If you know the people who run it, ask them for an account.
back-to-start = Back to the start
sign-up-email-hint = We send a link there to confirm it.
setup-title = Set up
setup-heading = Set up your service
setup-lead = You become the first admin. This page works once, with the link that the service printed at its start.
setup-hint = You can change who may sign up at any time, under Administration.
setup-do = Set up the service
address-title = Confirm your new address
address-not-changed = Your address was not changed
address-from-then = From then on you log in with it, and our mails go there.
address-yes = Yes, this is my new address
error-request = request <code>{ $id }</code>: quote it when you ask for help
sign-up-policy-who = Who may sign up?
sign-up-policy-title-closed = Nobody
sign-up-policy-meaning-closed = Only you. The safe choice for a service of your own: you can open it later.
sign-up-policy-title-invite = People with an invitation
sign-up-policy-meaning-invite = Somebody who already has an account has to invite them.
sign-up-policy-title-approve = Anybody, after you agree
sign-up-policy-meaning-approve = Everybody may ask for an account; it works once an admin has approved it.
sign-up-policy-title-open = Anybody
sign-up-policy-meaning-open = Everybody with an e-mail address gets an account with the free plan at once.
sign-up-policy-page = Who may sign up
sign-up-policy-hint = It takes effect at once. Accounts that exist keep working.
error-to-houses = Go to your houses
error-to-start = Go to the start
error-not-found-hint = It may have been deleted, or it belongs to another account.
