# The master as its command starts it, but for its logs: they go to stdout, and every answer of a hook with them.
import json
import os
import sys

from buildbot.master import BuildMaster
from buildbot.www.service import BuildbotSite
from twisted.application import service


def log(_, request):
    if request.path.startswith(b"/change_hook/"):
        # The server's own stdout: the one in its place is a log.
        print(json.dumps({"answered": request.code}), file=sys.__stdout__, flush=True)


BuildbotSite.log = log
application = service.Application("buildmaster")
master = BuildMaster(os.path.abspath(os.path.dirname(__file__)), "master.cfg", None)
master.setServiceParent(application)
