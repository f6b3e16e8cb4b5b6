"""Phrases that e-mails and pages commonly use around a newsletter, as parts of regular expressions.

They are general, never those of one newsletter. To add a language, add a line to each.
"""

import re

LEAVING = (
    r"unsubscribe|opt[- ]?out\b|stop receiving|no longer (?:wish|want)",
    r"because you (?:signed|subscribed|are|opted|asked|have)",
    r"(?:manage|update|change|edit) (?:your |my )?(?:e-?mail |subscription )?(?:preferences|settings|subscription)",
    r"subscription (?:preferences|settings)|you (?:signed up|opted in)|sent (?:to|by) \S+@",
    r"you(?:['’]re| are| have been)? (?:receiving|getting|received|subscribed)",
    r"(?:e-?mail|message|newsletter|issue) (?:was|is|has been) sent (?:to|by)",
    r"abmelden|abbestellen|austragen",
    r"désinscri|désabonn",
    r"dar(?:se|te|nos)? de baja|cancelar (?:la |tu |sua )?(?:suscripci|inscri|assinatura)",
    r"disiscri|cancella(?:ti|re) l",
    r"afmelden|uitschrijven",
    r"avregistrera|avsluta prenumeration|afmeld|wypisz|odhlásit",
    r"отписаться|відписатися",
    r"配信停止|配信解除|登録解除|購読解除|退订|退訂|取消订阅|取消訂閱|수신거부|구독 ?취소",
)
ELSEWHERE = (
    r"(?:view|read|open|see|display)\b.{0,30}\bin (?:your|a|the) (?:web ?)?browser|\bview in browser\b",
    r"(?:view|read) (?:it |this )?online",
    r"(?:view|read|open) (?:this|it|the \w+)?.{0,20}\b(?:online|on the web)$",
    r"web version|browser version|mirror page",
    r"(?:trouble|problems|difficulty|can['’]t|cannot|not) (?:viewing|reading|see|displaying)",
    r"(?:was )?forwarded (?:this|to you)|forward (?:this|it)\b|forward to (?:a|your)\b",
    r"share (?:this|it|on|via)\b|tweet this",
    r"invite (?:a |your )?friends?|refer a friend",
    r"im browser|online (?:ansehen|lesen|anzeigen)|weiterleiten",
    r"dans (?:votre|le|un) navigateur|version en ligne|transférer",
    r"en línea|en (?:el|tu|su) navegador|no (?:seu )?navegador",
    r"nel (?:tuo )?browser|in (?:je|uw|de) browser|i (?:din )?webbläsare",
    r"в браузере|ブラウザで(?:見る|表示|読む|開く)|在浏览器中?(?:打开|查看|阅读)|在瀏覽器中?(?:開啟|查看|閱讀)",
)
LAW = (
    r"all rights reserved|©|\(c\) ?(?:19|20)\d\d|copyright\b|trademarks?\b",
    r"privacy (?:policy|notice)|terms (?:of (?:use|service)|and conditions)|terms&",
    r"mailing address|add (?:us|\S+@\S+) to your (?:address|contact)|p\.?o\.? box",
    r"powered by|sent (?:with|via)|made with|view (?:our )?archive",
    r"impressum|datenschutz|alle rechte",
    r"tous droits|mentions légales",
    r"aviso legal|todos os direitos",
)
ASKING = (
    r"\b(?:subscribe|sign up|join (?:us|now|free)|follow us|like us|leave a comment|donate)\b",
    r"\b(?:get|download) the app\b",
    r"\b(?:comments?|share|tweet)$",
    r"\b(?:abonnieren|s['’]abonner|suscr[ií]b\w*|inscreva\w*|iscriviti|abonneren)\b|購読|订阅",
)
SPONSOR = (
    r"(?:a |our |the |this (?:week|issue|month)['’]?s? |today['’]?s )?(?:featured )?(?:sponsors?|sponsored|partners?)",
    r"(?:our )?sponsors? (?:of the|this) (?:week|issue|month)|advert(?:isement|ising|orial)?s?|promoted|promotion",
    r"(?:sponsored|paid) (?:post|content|link)s?",
    r"anzeigen?|werbung|gesponsert|unser partner",
    r"publicité|partenaires?|notre partenaire",
    r"patrocinadore?s?|patrocinado|publicidad|sponsorizzato",
    r"gesponsord|advertentie|annons",
    r"スポンサー|広告|赞助|реклама",
)
"""Labels by themselves; those in `SPONSORED_BY` have a name after them."""
SPONSORED_BY = (
    r"^\W*(?:together|in partnership) with |^\W*(?:sponsored|supported|presented|powered) by\b",
    r"\bbrought to you by\b|^\W*(?:a )?(?:word|message) from our|^\W*our sponsors? .*:$",
    r"^\W*(?:en partenariat avec|mit freundlicher unterstützung|patrocinado por|gesponsord door)\b",
)
SPONSORED = ("sponsor", "sponsored", "ad", "advertisement", "promoted", "anzeige", "publicité", "patrocinado")
"""Labels in brackets after a title."""
CLOSING = (
    r"that(?:['’]?s| is| was| wraps| concludes)\b.{0,20}\b(?:it|all|this|up|everything)\b",
    r"thank(?:s| you)\b.{0,30}\b(?:reading|being|subscrib|support|joining|everyone|all)",
    r"\buntil (?:next|then|we)\b|\bsee you\b|\bwe(?:['’]ll| will) be back\b",
    r"\bnext (?:issue|edition|bulletin|letter|month|time)\b",
    r"\b(?:back|again|week|next) (?:in a|next|on) (?:week|fortnight|month|(?:mon|tues|wednes|thurs|fri)day)",
    r"\bhave a (?:great|good|nice|lovely|wonderful)\b|\bhit reply\b|\breply to this\b",
    r"\bif you (?:enjoyed|liked|missed|like this)\b",
    r"bis (?:zum nächsten|nächste|bald|dann)|vielen dank|viel spaß",
    r"à (?:la semaine|bientôt|très)|merci d|bonne (?:lecture|semaine)",
    r"hasta (?:la|el|pronto)|nos (?:leemos|vemos)|gracias por",
    r"até (?:a|à|o|já|breve)|obrigad|alla prossima|tot (?:volgende|de volgende)",
    r"また(?:来週|次)|次号|来週は|お楽しみ|下周|下期|再见",
    r"до (?:встречи|следующ)|спасибо",
)
SIGNING = (
    r"^\W*(?:cheers|best|yours|love|happy \w+ing|stay \w+|take care|enjoy|warmly|regards)\b",
    r"^\W*with (?:love|best|warm)|\bfeedback\b",
)
"""How a line of a sign-off begins. A heading may begin so too."""
ASKING_READERS = (
    r"^\W*(?:how (?:did|do|was)|what(?:['’]?d| did) you think|rate (?:this|today|us))\b|^\W*feedback\W*$",
    r"^\W*(?:(?:follow|find|join|support|connect with) us|share (?:the|this|us|with)|tell (?:a|your) friends?)\b",
    r"^\W*(?:spread the word|subscribe (?:here|now|to)|stay (?:in touch|connected)|get in touch|contact us?)\b",
    r"^\W*about (?:us|this newsletter)\b",
)


def any_of(*groups: tuple[str, ...], before: str = "", after: str = "") -> re.Pattern[str]:
    """An expression that finds any of the phrases, ignoring case, with `before` and `after` around each."""
    return re.compile(f"{before}(?:{'|'.join(phrase for group in groups for phrase in group)}){after}", re.IGNORECASE)
