package sheet

func readCFB(data []byte, opt Options) (*Workbook, error) { return nil, ErrUnknown }
func readODS(p *pack, opt Options) (*Workbook, error)     { return nil, ErrUnknown }
