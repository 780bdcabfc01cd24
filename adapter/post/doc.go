// Package post 邮差 carries what was fixed to be sent out of the house: letters to a mail server (SMTP), calls to hooks (Standard
// Webhooks).
//
// It knows one delivery at a time and answers whether it is through, may be tried again, or never will be. What is sent, to whom,
// when and how often is decided in app; nothing is read from the database here, no text is composed, nothing is remembered. A key
// that came with a delivery goes out with it as it is, in every try. No other address is reached than the mail server that the
// operator named and hosts that the guard lets through.
package post
