package testkit

import "shigan/adapter/sheet"

// Sheets reads workbooks in tests of rooms that may not know the adapter.
var Sheets = sheet.Reader{}
