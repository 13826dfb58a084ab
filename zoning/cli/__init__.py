"""The command line `zoning`: thin, one module a group of commands."""

from __future__ import annotations

from importlib import metadata

import click

from zoning.cli.group import Console, ZoningGroup
from zoning.cli.plans import compare_command, draw_command
from zoning.cli.road import (
    blocks_command,
    check_command,
    roads_command,
    run_command,
    travel_command,
)
from zoning.cli.start import demo_command, init_command
from zoning.messages import choose_language, languages

EPILOG = """
\b
Exit codes / 退出码:
  0    done / 完成
  1    a fault of the program itself / 程序自身出错
  2    wrong use, or study.toml cannot be used / 用法或 study.toml 有误
  3    inputs refused, see build/findings.xlsx / 输入被退回
  4    an earlier step or a plan is missing / 缺少前一步或方案
  5    could not write; nothing was lost / 无法写入，原有内容未受影响
  6    no plan can exist under the rules / 在规则之下不存在可行方案
  7    a plan was drawn, but it breaks a rule / 已出方案，但学位不足或学区未连片
  130  interrupted; the last good state stays / 已中断，保留上一次的完好状态
"""


@click.group(
    cls=ZoningGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(metadata.version("school-zoning"), prog_name="zoning")
@click.option(
    "--lang",
    metavar="|".join(languages()),
    help="Language of all messages; else ZONING_LANG or the system's. 界面语言。",
)
@click.pass_context
def main(ctx: click.Context, lang: str | None) -> None:
    """由教育局的数据文件划定学区。Draw school zones from a bureau's files.

    A study is a folder: study.toml, inputs/, build/, plans/. Start with `zoning demo` or
    `zoning init`, then `zoning run`. 研究是一个文件夹，先用 demo 或 init 新建，再用 run 一次完成。
    """
    ctx.obj = Console(choose_language(lang))


for command in (
    init_command,
    demo_command,
    check_command,
    roads_command,
    blocks_command,
    travel_command,
    draw_command,
    compare_command,
    run_command,
):
    main.add_command(command)
