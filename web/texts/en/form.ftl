# Words of forms that many pages share.

form-log-in = Log in
form-sign-up = Sign up
form-name = Name
form-your-name = Your name
form-email = E-mail address
form-password = Password
form-your-password = Your password
form-code = Code
form-save = Save
form-cancel = Cancel
form-never = never
form-password-hint = At least 10 characters. A few words in a row are easy to remember and hard to guess.
