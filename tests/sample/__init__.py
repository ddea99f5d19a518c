"""The sample company, judged by the rules of the domain and by the stories it promises."""
