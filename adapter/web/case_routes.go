package web

func caseRoutes() []route {
	return []route{
		{"GET", "/owe", "read.cases", (*view).owePage, 0},
		{"GET", "/register", "read.cases", (*view).registerPage, 0},
		{"POST", "/register", "case.open", (*view).registerCase, 0},
		{"POST", "/register/slip", "case.send-slip", (*view).signSlip, 0},
		{"GET", "/raise", "case.open", (*view).raisePage, 0},
		{"POST", "/raise", "case.open", (*view).raiseCase, reportLimit},
		{"GET", "/raise/file/{digest}", "case.open", (*view).raiseFile, 0},
		{"GET", "/case/{id}", "read.cases", (*view).casePage, 0},
		{"GET", "/case/{id}/file/{digest}", "read.cases", (*view).caseFile, 0},
		{"POST", "/case/{id}/move", "case.move", (*view).moveCase, reportLimit},
		{"POST", "/case/{id}/stop", "case.stop", (*view).stopCase, 0},
		{"POST", "/case/{id}/resume", "case.resume", (*view).resumeCase, 0},
		{"POST", "/case/{id}/extend", "case.extend", (*view).extendCase, 0},
		{"POST", "/case/{id}/measure", "case.set-measure", (*view).measureCase, 0},
		{"POST", "/case/{id}/agree", "case.set-measure", (*view).agreeCase, 0},
		{"POST", "/case/{id}/merge", "case.merge", (*view).mergeCase, 0},
		{"POST", "/case/{id}/split", "case.split", (*view).splitCase, 0},
		{"POST", "/case/{id}/slip", "case.send-slip", (*view).slipCase, 0},
		{"POST", "/case/{id}/judge", "case.judge", (*view).judgeCase, 0},
		{"POST", "/case/{id}/ask", "case.ask", (*view).askCase, 0},
	}
}
