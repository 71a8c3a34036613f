"""A reviewer concludes on a question about answers that deserve a second look."""

from http import HTTPStatus

from litestar import Response, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages import reviewing_file
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.errors import Unfit
from duediligence.store.prompt import Outcome
from duediligence.workflow import second_look


@post(
    "/files/{identifier:str}/prompts/{prompt:str}",
    opt=needs(Step.REVIEW_JUDGE),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def conclude(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    prompt: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Keep what a reviewer concluded, with the reason."""
    named = words_of(form, f"{prompt}.outcome")
    try:
        with visit.writing() as work:
            second_look.question(work, identifier, prompt)
            if named in list(Outcome):
                second_look.conclude(work, identifier, prompt, Outcome(named), words_of(form, f"{prompt}.reason"))
                return to(f"/files/{identifier}#second-look")
        wrong = [(f"{prompt}.outcome", visit.told("reviewing.choose_first"))]
    except Unfit as error:
        wrong = [(f"{prompt}.{where}", words) for where, words in told_of(error.problems, visit.language)]
    return reviewing_file.whole(visit, identifier, form, wrong)


ROUTES = (conclude,)
