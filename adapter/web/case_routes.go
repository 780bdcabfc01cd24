package web

func caseRoutes() []route {
	return []route{}
}
