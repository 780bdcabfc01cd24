package api

func (s *server) caseOperations() []operation {
	return []operation{}
}
