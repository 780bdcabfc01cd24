package paper

import (
	"time"

	"shigan/engine/draw"
)

// wall is the chart of the design: thirteen projects of one front, end of June 2022.
func wall() WallChart {
	type f = Flag
	row := func(light, name, unit, leader, promise string, due, start, likely, late time.Time, flags ...Flag) WallRow {
		return WallRow{Light: light, Name: name, Unit: unit, Leader: leader, Promise: promise, Due: due, Start: start, Likely: likely, Late: late, Flags: flags, Sample: true,
			Four: [4]string{draw.Green, light, draw.Green, draw.Blue}}
	}
	d := func(m, day int) time.Time { return at(2022, m, day) }
	n := func(m, day int) time.Time { return at(2023, m, day) }
	jan := d(1, 1)
	return WallChart{Front: "项目建设", District: "即墨区", From: at(2022, 1, 1), Months: 14, AsOf: d(6, 30), Issue: 6, Pack: "青岛即墨 2022.2", Sheet: 1, Sheets: 20,
		Summary: "254 项：按期 171，落后 52，严重落后 19，未到期 12", Live: "https://shigan.example/wall/2022-06/1", Code: "7Q4M-31AC", Sample: true,
		Rows: []WallRow{
			row(draw.Yellow, "奇瑞汽车青岛基地", "汽车产业新城", "周明远", "整车下线", d(11, 30), jan, d(11, 18), d(12, 4), f{d(2, 10), draw.Done, "主体完工"}, f{d(4, 10), draw.Done, "设备进场"}, f{d(7, 31), draw.Ahead, "白车身"}, f{d(9, 8), draw.Ahead, "送电"}),
			row(draw.Yellow, "蓝谷至胶东机场快速通道", "区交通局", "宋知行", "18.60 亿元", d(12, 31), jan, n(2, 9), n(3, 9), f{d(2, 21), draw.Done, "责任状"}, f{d(5, 1), draw.Overdue, "管线迁改"}, f{d(8, 28), draw.Ahead, "迁改完"}),
			row(draw.Red, "营流路打通（鹤山路以南段）", "区住建局", "宋知行", "通车", d(10, 31), d(2, 1), d(12, 7), n(1, 17), f{d(3, 17), draw.Done, "开工"}, f{d(6, 1), draw.Overdue, "拆迁"}, f{d(9, 15), draw.Ahead, "路基"}),
			row(draw.Yellow, "地铁 7 号线沿线开发", "区自然资源局", "郑一川", "供地", d(12, 31), jan, n(1, 26), n(3, 15), f{d(4, 1), draw.Done, "方案"}, f{d(6, 7), draw.Overdue, "控规批复"}),
			row(draw.Green, "集成电路封测线", "经济开发区", "郑一川", "试产", d(12, 31), jan, d(12, 16), n(1, 6), f{d(2, 1), draw.Done, "封顶"}, f{d(5, 13), draw.Done, "洁净室"}, f{d(9, 27), draw.Ahead, "设备"}),
			row(draw.Yellow, "海洋装备检测平台", "蓝谷管理局", "沈若水", "投用", d(9, 30), jan, d(10, 7), d(10, 31), f{d(3, 1), draw.Done, "土建"}, f{d(6, 7), draw.Done, "安装"}, f{d(8, 13), draw.Ahead, "到港"}),
			row(draw.Green, "生物疫苗中试基地", "蓝谷管理局", "沈若水", "设备", d(11, 30), d(3, 1), d(11, 6), d(11, 24), f{d(5, 1), draw.Done, "开工"}, f{d(8, 22), draw.Ahead, "封顶"}),
			row(draw.Green, "服装智造产业园二期", "环秀街道", "何静", "封顶", d(9, 30), d(2, 1), d(9, 18), d(10, 3), f{d(3, 25), draw.Done, "基础"}, f{d(6, 18), draw.Done, "三层"}),
			row(draw.Red, "国际商贸城冷链中心", "通济街道", "何静", "竣工", d(12, 31), d(4, 1), n(1, 16), n(2, 9), f{d(5, 7), draw.Overdue, "入库"}, f{d(9, 1), draw.Ahead, "主体"}),
			row(draw.Green, "汽车零部件配套园", "汽车产业新城", "周明远", "竣工", d(12, 15), d(2, 1), d(12, 9), d(12, 31), f{d(3, 7), draw.Done, "开工"}, f{d(8, 10), draw.Ahead, "封顶"}),
			row(draw.Yellow, "城西老旧小区改造（9 个）", "通济街道", "何静", "供暖前", d(11, 15), d(3, 1), d(11, 26), d(12, 22), f{d(4, 7), draw.Done, "征求意见"}, f{d(6, 13), draw.Done, "开工"}, f{d(9, 25), draw.Ahead, "管线"}),
			row(draw.Green, "区中医院北部院区", "区卫健局", "杨柏", "主体", d(10, 31), jan, d(10, 22), d(11, 9), f{d(4, 24), draw.Done, "基础"}, f{d(8, 1), draw.Ahead, "十层"}),
			row(draw.Green, "墨水河公园续建", "区城管局", "杨柏", "开放", d(10, 1), d(2, 1), d(9, 28), d(10, 13), f{d(4, 15), draw.Done, "土方"}, f{d(7, 25), draw.Ahead, "种植"}),
		}}
}
