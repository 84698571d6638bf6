"""What everybody who works here has of his own: training (`/work/training/`), the score-card (`/work/scorecard/`)."""

from django.urls import path

from service_desk.people.views import classes, quiz, scorecard, training

app_name = "people"
urlpatterns = [
    path("training/", training.home, name="training"),
    path("training/<slug:course>/", training.course, name="course"),
    path("training/<slug:course>/begin/", training.begin, name="course_begin"),
    path("training/<slug:course>/steps/<int:step>/", training.step, name="step"),
    path("training/<slug:course>/steps/<int:step>/file/", training.file, name="step_file"),
    path("training/<slug:course>/steps/<int:step>/quiz/", quiz.begin, name="quiz_begin"),
    path("quiz/<int:attempt>/", quiz.attempt, name="attempt"),
    path("quiz/<int:attempt>/<int:position>/", quiz.question, name="question"),
    path("quiz/<int:attempt>/hand-in/", quiz.hand_in, name="hand_in"),
    path("classes/<int:session>/book/", classes.book, name="class_book"),
    path("seats/<int:seat>/give-up/", classes.give_up, name="seat_give_up"),
    path("scorecard/", scorecard.home, name="scorecard"),
    path("scorecard/figures/<int:figure>/object/", scorecard.object_to_figure, name="object_to_figure"),
    path("spot-checks/<int:check>/", scorecard.spot_check, name="spot_check"),
    path("plans/<int:plan>/agree/", scorecard.agree, name="plan_agree"),
    path("contests/<int:contest>/", scorecard.contest, name="contest"),
]
