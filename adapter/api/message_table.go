package api

import "net/http"

func (s *server) messageOperations() []operation {
	put, del := http.MethodPut, http.MethodDelete
	return []operation{
		get("/messages", anybody, "messages", (*caller).messages),
		get("/messages/unread", anybody, "unread-messages", (*caller).unreadMessages),
		on(put, "/messages/seen", anybody, "see-messages", (*caller).seeMessages),
		get("/messages/settings", anybody, "message-settings", (*caller).messageSettings),
		on(put, "/messages/settings", anybody, "save-message-settings", (*caller).saveMessageSettings),
		on(http.MethodPost, "/messages/settings/try", anybody, "try-message-settings", (*caller).tryMessageSettings),
		on(put, "/messages/address", anybody, "ask-address", (*caller).askAddress),
		on(http.MethodPost, "/messages/address/confirm", anybody, "confirm-address", (*caller).confirmAddress),
		on(put, "/persons/{id}/address", "set.address", "set-address", (*caller).setAddress),
		get("/calendars", anybody, "calendars", (*caller).calendars),
		on(http.MethodPost, "/calendars", anybody, "make-calendar", (*caller).makeCalendar),
		on(del, "/calendars/{id}", anybody, "end-calendar", (*caller).endCalendar),
		get("/hooks", "read.deliveries", "hooks", (*caller).hooks),
		on(http.MethodPost, "/hooks", "org.open-hook", "org-open-hook", (*caller).openHook),
		deed("/hooks/{id}/close", "org.close-hook", (*caller).closeHook),
		deed("/hooks/{id}/pause", "org.pause-hook", (*caller).pauseHook),
		deed("/hooks/{id}/resume", "org.resume-hook", (*caller).resumeHook),
		get("/deliveries", "read.deliveries", "deliveries", (*caller).deliveries),
		get("/deliveries/counts", "read.deliveries", "delivery-counts", (*caller).deliveryCounts),
		on(http.MethodPost, "/deliveries/again", "set.delivery", "set-delivery", (*caller).tryAgain),
		on(http.MethodPost, "/cases/remind", "case.remind", "case-remind", (*caller).remindCases),
	}
}
