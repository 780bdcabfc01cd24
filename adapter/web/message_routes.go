package web

// messageRoutes are the pages of what people are told: their own messages and how they come, and for the officer who looks after the
// machine what goes out. Calendars are read by programs that cannot sign in.
func messageRoutes() []route {
	return []route{
		{"GET", calendarPath + "{file}", public, (*view).calendarFeed, 0},
		{"GET", "/messages", anybody, (*view).messagesPage, 0},
		{"POST", "/messages/seen", anybody, (*view).seeMessages, 0},
		{"GET", "/messages/settings", anybody, (*view).messageSettings, 0},
		{"POST", "/messages/settings", anybody, (*view).saveChoices, 0},
		{"POST", "/messages/settings/try", anybody, (*view).tryChoices, 0},
		{"POST", "/messages/address", anybody, (*view).askAddress, 0},
		{"POST", "/messages/address/confirm", anybody, (*view).confirmAddress, 0},
		{"POST", "/messages/calendar", anybody, (*view).makeCalendar, 0},
		{"POST", "/messages/calendar/end", anybody, (*view).endCalendar, 0},
		{"POST", "/people/address", "set.address", (*view).setAddress, 0},
		{"GET", "/hooks", "read.deliveries", (*view).hooksPage, 0},
		{"POST", "/hooks", "org.open-hook", (*view).openHook, 0},
		{"POST", "/hooks/{id}/pause", "org.pause-hook", (*view).pauseHook, 0},
		{"POST", "/hooks/{id}/resume", "org.resume-hook", (*view).resumeHook, 0},
		{"POST", "/hooks/{id}/close", "org.close-hook", (*view).closeHook, 0},
		{"POST", "/hooks/again", "set.delivery", (*view).tryAgain, 0},
	}
}
