module koujing

go 1.26
