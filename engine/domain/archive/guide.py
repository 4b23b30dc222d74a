"""What 说明.txt tells whoever opens a package without this software."""

GUIDE_FILE = "说明.txt"
GUIDE = """居民家庭经济状况核对业务归档包 说明

一、怎样阅读
解开本压缩包，用任何浏览器打开“目录.html”。目录、计算过程和办理经过都在这一页上，不需要网络，
不需要安装任何软件。核对报告和各类文书是 PDF 文件；.json 文件是 UTF-8 文本，可用任何文本编辑器打开。

二、各文件夹的内容
  report/       出具的核对报告（PDF）；同名 .sig 是另附的签名
  papers/       办理过程中的文书（PDF）
  documents/    递交的材料和备注附件，原样保存
  commission/   核对申请的各次版本
  answers/      信息共享单位的答复：.received 是收到的原文，一个字节也没有改动；.json 是读出的内容
  evaluations/  核对结果及其计算过程
  diagrams/     办理时所用的流程图（BPMN）和决策表（DMN，当地标准在内）
  forms/        办理时所用的表单
  case.json     本核对业务的登记事项，以及上述各文件的对应关系
  history.json、tasks.json、comments.json、messages.json、work.json   办理经过
  releases.json 核对报告的发送、下载和打印登记
  audit.json    本核对业务的系统日志及其在日志链条中的位置、已签名的锚点
  办结报告.txt  事项类别、编号、时间、保管期限

三、怎样检查文件有没有被改动
在解开的文件夹中运行：
    sha256sum -c SHA256SUMS
每个文件后面都显示 OK（或者“成功”），文件就是完整的。没有这个程序时，逐个计算文件的 SHA-256，
与 SHA256SUMS 中的数值比较；Windows 可用：certutil -hashfile 文件名 SHA256
整个归档包的 SHA-256 登记在核对机构的数据库和系统日志中，可以向核对机构查对。
装有本系统的，运行：
    hedui archive verify 归档包.zip
核对结果可以用归档包里的材料重新计算：
    hedui report replay 核对报告编号 --from 归档包.zip

四、怎样检查系统日志
audit.json 的 events 是与本业务有关的记录。每条记录的摘要是下面这段文字（UTF-8）的 SHA-256：
    编号|时间|业务号|操作人长度:操作人动作长度:动作内容
链条的下一环 = SHA-256(上一环 + 记录的摘要)。strips 给出从 first 到 anchor 之间各条记录的摘要：
从 before 开始逐条计算，最后得到的应当等于 anchor 的 chain；anchor 由核对机构的 Ed25519 密钥签名。
"""
